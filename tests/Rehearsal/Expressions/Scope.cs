namespace Migrator.Rehearsal.Expressions;

/// <summary>The variables and functions that an expression can use.</summary>
/// <param name="Lookup">Returns the value of a variable, or null if it is unknown.</param>
/// <param name="Call">Calls a function by name with arguments, as in <c>#stage('Migrate')</c>.</param>
public sealed record Scope(Func<string, object?> Lookup, Func<string, IReadOnlyList<object?>, object?> Call);
