namespace Migrator.Reporting;

/// <summary>Columns that are as wide as what is in them.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    public void Add(params string[] row) => _rows.Add(row);

    public IEnumerable<string> Lines()
    {
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(column => _rows.Max(r => r[column].Length))];
        return _rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
