namespace Migrator.Benchmarks.Migrations;

/// <summary>A migration, independent of a tool's format.</summary>
/// <param name="Number">The number, starting at 1.</param>
/// <param name="Name">A description in lower case with underscores.</param>
/// <param name="Sql">The statements, each followed by a semicolon and a line break.</param>
internal sealed record Migration(int Number, string Name, string Sql);
