namespace Migrator.Tests.Linting.TruthTable;

/// <summary>A statement whose effects are measured on PostgreSQL servers.</summary>
/// <param name="Name">The unique name: lower-case words joined by hyphens.</param>
/// <param name="Setup">The SQL that creates and fills the tables before the statement runs.</param>
/// <param name="Statement">The measured statement.</param>
public sealed record TruthCase(string Name, string Setup, string Statement)
{
    /// <summary>The subtypes of ALTER TABLE that the statement executes, separated by spaces, such as <c>AT_AddColumn</c>.</summary>
    public string Covers { get; init; } = "";

    /// <summary>The first major version that knows the syntax.</summary>
    public int From { get; init; } = 13;

    /// <summary>Whether PostgreSQL refuses the statement in a transaction block.</summary>
    public bool RunsOutsideTransaction { get; init; }

    public override string ToString() => Name;
}
