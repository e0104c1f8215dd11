namespace Migrator.Reporting;

/// <summary>A table of text, in which each column is as wide as its longest cell.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    /// <summary>Adds a row.</summary>
    /// <param name="row">One cell for each column.</param>
    public void Add(params string[] row) => _rows.Add([.. row.Select(PrintableText.Line)]);

    /// <summary>Writes the header and the rows to stdout.</summary>
    public void Write(ConsoleOutput console)
    {
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(column => _rows.Max(r => r[column].Length))];
        foreach (string[] row in _rows)
        {
            console.Answer(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
