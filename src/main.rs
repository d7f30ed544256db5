//! The `saponify` binary: parse, run one verb, exit with its code.

fn main() -> std::process::ExitCode {
    saponify::cli::main()
}
