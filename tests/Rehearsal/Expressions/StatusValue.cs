namespace Migrator.Rehearsal.Expressions;

/// <summary>
/// The status of a stage in an expression. Spinnaker uses a Java enum, so <c>status == 'SUCCEEDED'</c> is false and
/// <c>status.toString() == 'SUCCEEDED'</c> is true. In <c>trigger.parentExecution</c>, the status is a string.
/// </summary>
internal sealed record StatusValue(string Name)
{
    public override string ToString() => Name;
}
