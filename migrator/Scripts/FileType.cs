using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Migrator.Scripts;

/// <summary>
/// Finds out the type of a file without opening it. Opening a FIFO waits for a writer, and reading a device can be endless. .NET has
/// no API for the type, so this class calls <c>statx(2)</c> (https://man7.org/linux/man-pages/man2/statx.2.html).
/// </summary>
internal static partial class FileType
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint TypeOnly = 1; // STATX_TYPE
    private const int BufferSize = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;

    /// <summary>Describes a file that is not a regular file, after links are followed.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The description, such as <c>a FIFO</c>; null for a regular file, and for a file that does not exist.</returns>
    public static string? DescribeSpecial(string path)
    {
        byte[] status = new byte[BufferSize];
        return StatX(CurrentDirectory, path, 0, TypeOnly, status) != 0 ? null
            : (BinaryPrimitives.ReadUInt16LittleEndian(status.AsSpan(ModeOffset)) & TypeMask) switch
            {
                0x1000 => "a FIFO",
                0x2000 or 0x6000 => "a device",
                0x4000 => "a directory",
                0xC000 => "a socket",
                _ => null,
            };
    }

    [LibraryImport("libc.so.6", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, Span<byte> status);
}
