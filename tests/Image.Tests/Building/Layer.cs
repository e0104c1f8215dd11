using System.Formats.Tar;
using System.IO.Compression;

namespace Migrator.Image.Tests.Building;

/// <summary>A layer of an image: a tar file, compressed or not.</summary>
internal sealed record Layer(string Path)
{
    /// <summary>Returns the entries. Their names are paths without leading and trailing slashes.</summary>
    public IReadOnlyList<TarEntry> Entries()
    {
        using var reader = new TarReader(Open());
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry() is { } entry)
        {
            entry.Name = entry.Name.TrimStart('.').Trim('/');
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Returns the size in bytes after compression with gzip, as in a registry.</summary>
    public long CompressedSize()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        using (var content = Open())
        {
            content.CopyTo(gzip);
        }

        return compressed.Length;
    }

    private Stream Open()
    {
        var file = File.OpenRead(Path);
        // RFC 1952: a gzip file starts with 1F 8B.
        var isCompressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isCompressed ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
