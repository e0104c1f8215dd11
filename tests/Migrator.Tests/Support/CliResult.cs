using System.Text.Json;

namespace Migrator.Tests.Support;

/// <summary>The result of one run of <c>migrate</c>.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Stdout">The output on stdout.</param>
/// <param name="Stderr">The output on stderr.</param>
/// <param name="Termination">The termination message for Kubernetes; empty for none.</param>
public sealed record CliResult(int ExitCode, string Stdout, string Stderr, string Termination)
{
    /// <summary>The first line on stderr.</summary>
    public string FirstError => Stderr.Split('\n')[0];

    /// <summary>The output on stdout, parsed as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Stdout).RootElement;

    /// <summary>Formats the result for the message of a failed assertion.</summary>
    public override string ToString() => $"exit code {ExitCode}\n--- stdout\n{Stdout}\n--- stderr\n{Stderr}";
}
