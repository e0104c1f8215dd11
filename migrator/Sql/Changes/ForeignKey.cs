using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>A foreign key of a table, from a table constraint.</summary>
/// <param name="Name">The name of the constraint; null if PostgreSQL chooses it.</param>
/// <param name="Columns">The columns that reference the other table.</param>
/// <param name="Referenced">The other table.</param>
internal sealed record ForeignKey(string? Name, IReadOnlyList<string> Columns, SqlName Referenced)
{
    /// <summary>Reads FOREIGN KEY (a, PERIOD b) REFERENCES t after its first two words. The reader is after the name of the table then.</summary>
    public static ForeignKey? Read(ref StatementReader reader, string? name)
    {
        var columns = new List<string>();
        do
        {
            reader.Advance();
            StatementReader ahead = reader;
            if (ahead.Skip("period") && ahead.Name() is not null)
            {
                reader.Advance();
            }

            columns.Add(reader.Name()?.Name ?? "");
        }
        while (reader.CurrentText is ",");
        reader.Advance();
        reader.Skip("references");
        return reader.Name() is { } referenced ? new ForeignKey(name, columns, referenced) : null;
    }
}
