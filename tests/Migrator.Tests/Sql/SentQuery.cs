namespace Migrator.Tests.Sql;

/// <summary>What psql put on the wire for one statement.</summary>
/// <param name="Text">The query, semicolon and comments included.</param>
/// <param name="CopyData">The data it sent after it; null when none was asked for.</param>
internal sealed record SentQuery(string Text, string? CopyData);
