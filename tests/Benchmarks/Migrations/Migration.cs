namespace Migrator.Benchmarks.Migrations;

/// <summary>One migration, in nobody's format.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Name">What it does, in lower case with underscores.</param>
/// <param name="Sql">Its statements, each ended by a semicolon and a line break.</param>
internal sealed record Migration(int Number, string Name, string Sql);
