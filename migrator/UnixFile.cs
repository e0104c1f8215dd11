using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Migrator;

/// <summary>
/// The type, permissions and owner of a file, read without opening it. Opening a FIFO waits for a writer, and reading a device can be
/// endless. .NET provides neither the type nor the owner, so this class calls <c>statx(2)</c>
/// (https://man7.org/linux/man-pages/man2/statx.2.html).
/// </summary>
/// <param name="SpecialType">The type, such as <c>a FIFO</c>; null for a regular file.</param>
/// <param name="Mode">The permissions.</param>
/// <param name="Owner">The user ID of the owner; 0 is root.</param>
internal readonly partial record struct UnixFile(string? SpecialType, UnixFileMode Mode, uint Owner)
{
    // Values of statx(2) and inode(7).
    private const int CurrentFolder = -100;
    private const uint TypeModeOwner = 0x1 | 0x2 | 0x8;
    private const int TypeMask = 0xF000;
    private const int PermissionMask = 0xFFF;

    /// <summary>Whether it is a regular file, and not a folder, a FIFO or a device.</summary>
    public bool IsRegular => SpecialType is null;

    /// <summary>Reads the attributes of a file. Follows symbolic links.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">The attributes cannot be read.</exception>
    public static UnixFile Read(string path)
    {
        if (Statx(CurrentFolder, path, flags: 0, TypeModeOwner, out Attributes file) != 0)
        {
            throw new IOException($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }

        string? special = (file.Mode & TypeMask) switch
        {
            0x1000 => "a FIFO",
            0x2000 or 0x6000 => "a device",
            0x4000 => "a directory",
            0xC000 => "a socket",
            _ => null,
        };
        return new UnixFile(special, (UnixFileMode)(file.Mode & PermissionMask), file.Owner);
    }

    /// <summary>Throws if a file must not be opened, because opening or reading it might never end.</summary>
    /// <param name="path">The path of a file that exists. <c>/dev/null</c> is an empty file.</param>
    /// <exception cref="IOException">The path is a FIFO, a device, a socket or a folder, or its attributes cannot be read.</exception>
    public static void ThrowIfSpecial(string path)
    {
        if (Path.GetFullPath(path) != "/dev/null" && Read(path).SpecialType is { } type)
        {
            throw new IOException($"{path} is {type}, not a file");
        }
    }

    // The layout of struct statx is the same on every architecture, unlike that of struct stat.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out Attributes file);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Attributes
    {
        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(28)]
        public ushort Mode;
    }
}
