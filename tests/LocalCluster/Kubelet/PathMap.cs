using System.Text.RegularExpressions;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>
/// Maps paths in a container, which are mounts and files of the image, to paths on this machine. The longest matching
/// path takes precedence, like a mount below a folder of the image.
/// </summary>
internal sealed class PathMap
{
    private readonly Dictionary<string, string> _targets = [];
    private Regex? _pattern;

    /// <summary>Maps a path in the container, and all paths below it, to a path on this machine.</summary>
    public void Map(string containerPath, string target)
    {
        _targets[Normalize(containerPath)] = target;
        _pattern = null;
    }

    /// <summary>Returns the path on this machine, or null if the path is not mapped.</summary>
    public string? Find(string containerPath)
    {
        var path = Normalize(containerPath);
        var mapped = _targets.Keys
            .Where(p => p == path || p == "/" || path.StartsWith(p + "/", StringComparison.Ordinal))
            .MaxBy(p => p.Length);
        return mapped is null ? null : Path.Join(_targets[mapped], path[mapped.Length..]).TrimEnd('/');
    }

    /// <summary>
    /// Replaces all mapped paths in a text, such as <c>--dir=/migrations</c>, <c>/a:/b</c> or <c>cat /etc/x; …</c>.
    /// Text inside a word, inside another path or after the host of a URL is not a path.
    /// </summary>
    public string Replace(string text)
    {
        _pattern ??= MakePattern();
        return _pattern.Replace(text, match => _targets[match.Value]);
    }

    private Regex MakePattern()
    {
        var paths = _targets.Keys.Where(p => p != "/").OrderByDescending(p => p.Length).Select(Regex.Escape);
        return new Regex($@"(?<![\w./\-}}\]])(?:{string.Join('|', paths.DefaultIfEmpty("(?!)"))})(?![\w\-]|\.\w)");
    }

    private static string Normalize(string path) => path.Length > 1 ? path.TrimEnd('/') : path;
}
