package main

const (
	id     int64   = 9007199254740993
	idText         = "9007199254740993"
	amount float64 = 12.50
	big    int64   = 9223372036854775807
)

func day() string { return "2024-02-29+02:00" }
