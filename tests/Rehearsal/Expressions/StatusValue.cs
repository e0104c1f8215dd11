namespace Migrator.Rehearsal.Expressions;

/// <summary>
/// A stage's status in an expression: an enum of Java, so <c>status == 'SUCCEEDED'</c> is false and
/// <c>status.toString() == 'SUCCEEDED'</c> is true. In <c>trigger.parentExecution</c> it is a text.
/// </summary>
internal sealed record StatusValue(string Name)
{
    public override string ToString() => Name;
}
