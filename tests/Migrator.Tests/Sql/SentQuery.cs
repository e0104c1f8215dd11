namespace Migrator.Tests.Sql;

/// <summary>A query that psql sent to the server.</summary>
/// <param name="Text">The query, including the semicolon and comments.</param>
/// <param name="CopyData">The data that psql sent after the query; null if the server requested none.</param>
internal sealed record SentQuery(string Text, string? CopyData);
