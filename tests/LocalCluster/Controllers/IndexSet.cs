using System.Globalization;

namespace Migrator.LocalCluster.Controllers;

/// <summary>The completed or failed indexes of an Indexed Job, which its status contains as a text such as <c>0,2,5-9</c>.</summary>
/// <remarks>orderedIntervals in pkg/controller/job/indexed_job_utils.go.</remarks>
internal sealed class IndexSet
{
    private readonly SortedSet<int> _indexes = [];

    public int Count => _indexes.Count;

    public static IndexSet Parse(string? text)
    {
        var set = new IndexSet();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var limits = part.Split('-').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToList();
            set._indexes.UnionWith(Enumerable.Range(limits[0], limits[^1] - limits[0] + 1));
        }

        return set;
    }

    public void Add(int index) => _indexes.Add(index);

    public bool Contains(int index) => _indexes.Contains(index);

    public override string ToString()
    {
        List<string> parts = [];
        foreach (var first in _indexes.Where(i => !_indexes.Contains(i - 1)))
        {
            var last = first;
            while (_indexes.Contains(last + 1))
            {
                last++;
            }

            parts.Add(last == first
                ? string.Create(CultureInfo.InvariantCulture, $"{first}")
                : string.Create(CultureInfo.InvariantCulture, $"{first}{(last == first + 1 ? ',' : '-')}{last}"));
        }

        return string.Join(',', parts);
    }
}
