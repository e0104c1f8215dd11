namespace Migrator.Demo.Shop;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="StandardOutput">The answer.</param>
/// <param name="StandardError">Everything else, such as why it failed.</param>
/// <param name="Took">From start to end.</param>
internal sealed record CommandOutcome(int ExitCode, string StandardOutput, string StandardError, TimeSpan Took);
