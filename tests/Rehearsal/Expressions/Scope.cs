namespace Migrator.Rehearsal.Expressions;

/// <summary>What an expression can refer to.</summary>
/// <param name="Lookup">A name without anything before it; null for one that is unknown.</param>
/// <param name="Call">A function, as in <c>#stage('Migrate')</c>: its name and arguments.</param>
public sealed record Scope(Func<string, object?> Lookup, Func<string, IReadOnlyList<object?>, object?> Call);
