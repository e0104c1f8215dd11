using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Migrator.Configuration;

/// <summary>The type, permissions and owner of a file. .NET does not provide the owner.</summary>
/// <param name="IsRegular">Whether it is a regular file, and not a folder, a pipe or a device.</param>
/// <param name="Mode">The permissions.</param>
/// <param name="Owner">The user ID of the owner; 0 is root.</param>
internal readonly partial record struct UnixFile(bool IsRegular, UnixFileMode Mode, uint Owner)
{
    // Values of statx(2) and inode(7).
    private const int CurrentFolder = -100;
    private const uint TypeModeOwner = 0x1 | 0x2 | 0x8;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int PermissionMask = 0xFFF;

    /// <summary>Reads the attributes of a file. Follows symbolic links.</summary>
    /// <exception cref="IOException">The attributes cannot be read.</exception>
    public static UnixFile Read(string path)
    {
        if (Statx(CurrentFolder, path, flags: 0, TypeModeOwner, out Attributes file) != 0)
        {
            throw new IOException($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }

        return new UnixFile((file.Mode & TypeMask) == RegularFile, (UnixFileMode)(file.Mode & PermissionMask), file.Owner);
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
