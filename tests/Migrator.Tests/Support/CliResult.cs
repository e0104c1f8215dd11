using System.Text.Json;

namespace Migrator.Tests.Support;

/// <summary>What one run of <c>migrate</c> came to.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Stdout">The answer.</param>
/// <param name="Stderr">Everything else.</param>
/// <param name="Termination">What it left for Kubernetes; empty when nothing.</param>
public sealed record CliResult(int ExitCode, string Stdout, string Stderr, string Termination)
{
    /// <summary>The first line on stderr.</summary>
    public string FirstError => Stderr.Split('\n')[0];

    /// <summary>The answer as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Stdout).RootElement;

    /// <summary>For the message of an assertion that fails.</summary>
    public override string ToString() => $"exit code {ExitCode}\n--- stdout\n{Stdout}\n--- stderr\n{Stderr}";
}
