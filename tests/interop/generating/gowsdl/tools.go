//go:build tools

// Holds gowsdl in go.mod; its packages are compiled here.

package generators

import _ "github.com/hooklift/gowsdl/cmd/gowsdl"
