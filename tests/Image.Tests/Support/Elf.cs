using System.Text;
using System.Text.RegularExpressions;

namespace Migrator.Image.Tests.Support;

/// <summary>Reads properties of an ELF executable.</summary>
internal static partial class Elf
{
    /// <summary>Returns the architecture, as named by OCI (from the header field <c>e_machine</c>).</summary>
    public static string Architecture(ReadOnlySpan<byte> file) => BitConverter.ToUInt16(file[18..20]) switch
    {
        62 => "amd64",
        183 => "arm64",
        var other => $"machine {other}",
    };

    /// <summary>
    /// Returns the oldest glibc that can run the executable, which is the newest version that its symbols require. The
    /// versions are ASCII strings in the string table. The program's own strings are UTF-16, so they do not match.
    /// </summary>
    public static Version Glibc(ReadOnlySpan<byte> file) =>
        VersionName().Matches(Encoding.Latin1.GetString(file)).Select(match => Version.Parse(match.Groups[1].Value)).Max()!;

    [GeneratedRegex(@"\0GLIBC_(2\.\d+(\.\d+)?)(?=\0)")]
    private static partial Regex VersionName();
}
