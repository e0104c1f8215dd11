using System.Text;
using System.Text.RegularExpressions;

namespace Migrator.Image.Tests.Support;

/// <summary>A few facts about an executable.</summary>
internal static partial class Elf
{
    /// <summary>The architecture it is for, as OCI calls it (the field <c>e_machine</c> of its header).</summary>
    public static string Architecture(ReadOnlySpan<byte> file) => BitConverter.ToUInt16(file[18..20]) switch
    {
        62 => "amd64",
        183 => "arm64",
        var other => $"machine {other}",
    };

    /// <summary>
    /// The oldest glibc that it starts with: the newest version that it asks for. Their names stand as plain text in
    /// its table of strings; those of the program itself are UTF-16.
    /// </summary>
    public static Version Glibc(ReadOnlySpan<byte> file) =>
        VersionName().Matches(Encoding.Latin1.GetString(file)).Select(match => Version.Parse(match.Groups[1].Value)).Max()!;

    [GeneratedRegex(@"\0GLIBC_(2\.\d+(\.\d+)?)(?=\0)")]
    private static partial Regex VersionName();
}
