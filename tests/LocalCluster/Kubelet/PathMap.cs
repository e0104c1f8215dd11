using System.Text.RegularExpressions;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>
/// Puts places of this machine in for places of a container: mounts, and files of the image. The longest path wins, as a
/// mount over a folder of the image does.
/// </summary>
internal sealed class PathMap
{
    private readonly Dictionary<string, string> _places = [];
    private Regex? _pattern;

    /// <summary>Covers a path of the container, and all below it, with a place of this machine.</summary>
    public void Cover(string containerPath, string place)
    {
        _places[Normalize(containerPath)] = place;
        _pattern = null;
    }

    /// <summary>The place of a path, or null when nothing covers it.</summary>
    public string? Find(string containerPath)
    {
        var path = Normalize(containerPath);
        var cover = _places.Keys
            .Where(p => p == path || p == "/" || path.StartsWith(p + "/", StringComparison.Ordinal))
            .MaxBy(p => p.Length);
        return cover is null ? null : Path.Join(_places[cover], path[cover.Length..]).TrimEnd('/');
    }

    /// <summary>
    /// A text with the places of all covered paths in it: <c>--dir=/migrations</c>, <c>/a:/b</c>, <c>cat /etc/x; …</c>.
    /// A path counts only where one can begin, which is not within a word or another path, nor after the host of a URL.
    /// </summary>
    public string Replace(string text)
    {
        _pattern ??= MakePattern();
        return _pattern.Replace(text, match => _places[match.Value]);
    }

    private Regex MakePattern()
    {
        var paths = _places.Keys.Where(p => p != "/").OrderByDescending(p => p.Length).Select(Regex.Escape);
        return new Regex($@"(?<![\w./\-}}\]])(?:{string.Join('|', paths.DefaultIfEmpty("(?!)"))})(?![\w\-]|\.\w)");
    }

    private static string Normalize(string path) => path.Length > 1 ? path.TrimEnd('/') : path;
}
