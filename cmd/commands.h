// The commands: each takes its options and the shell, prints its result, and gives the exit code.
//
// Owner: main. Thread rule: the main thread. A command catches nothing and throws nothing; what fails is printed on
// stderr (or as {"error": ...} on stdout with --json) and named by its code.
#pragma once

#include "cmd/command_line.h"
#include "cmd/exit_code.h"
#include "cmd/shell.h"

namespace changeover {

[[nodiscard]] ExitCode run_command(const ValidateCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const PlanCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const ShowCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const ApplyCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const RestoreCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const StatusCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const ReportCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const InitCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const DoctorCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const SimulateCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const UnlockCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const SchemaCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const HelpCommand& command, Shell& shell);
[[nodiscard]] ExitCode run_command(const VersionCommand& command, Shell& shell);

/// Prints the error where this output format wants it and gives its exit code.
ExitCode report(const Error& error, bool json, Shell& shell);

}  // namespace changeover
