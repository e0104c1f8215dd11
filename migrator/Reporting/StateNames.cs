using Migrator.Planning;

namespace Migrator.Reporting;

/// <summary>The names of the script states, in text and in JSON.</summary>
internal static class StateNames
{
    public static string Of(ScriptState state) => state switch
    {
        ScriptState.Applied => "applied",
        ScriptState.Pending => "pending",
        ScriptState.Changed => "changed",
        ScriptState.RepeatsAlways => "repeats-always",
        ScriptState.ChecksumMismatch => "checksum-mismatch",
        ScriptState.Missing => "missing",
        ScriptState.Ahead => "ahead",
        ScriptState.OutOfOrder => "out-of-order",
        ScriptState.Baseline => "baseline",
        ScriptState.OtherPhase => "other-phase",
        ScriptState.AboveTarget => "above-target",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
