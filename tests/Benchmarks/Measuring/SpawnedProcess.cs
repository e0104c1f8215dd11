using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Migrator.Benchmarks.Measuring;

/// <summary>
/// A program that is ready to start. Slow preparations in this process (paths, arguments, environment) are done in the
/// constructor, so they are not measured.
/// </summary>
internal sealed unsafe class SpawnedProcess : IDisposable
{
    // The structures of glibc have 80, 336 and 128 bytes on x64.
    private const int StructureSize = 512;

    private readonly void* _fileActions = NativeMemory.AllocZeroed(StructureSize);
    private readonly void* _attributes = NativeMemory.AllocZeroed(StructureSize);
    private readonly byte** _arguments;
    private readonly byte** _environment;

    /// <param name="invocation">The command.</param>
    /// <param name="output">The file for stdout and stderr.</param>
    /// <param name="folder">The working directory.</param>
    public SpawnedProcess(Invocation invocation, string output, string folder)
    {
        _arguments = Strings([invocation.Program, .. invocation.Arguments]);
        _environment = Strings([.. invocation.Environment]);
        var noSignals = stackalloc byte[128];
        var allSignals = stackalloc byte[128];
        new Span<byte>(noSignals, 128).Clear();
        new Span<byte>(allSignals, 128).Fill(0xff);

        Check(Libc.posix_spawnattr_init(_attributes));
        // A separate process group, so all its processes can be killed. Default signals, because .NET ignores SIGPIPE.
        Check(Libc.posix_spawnattr_setflags(
            _attributes, Libc.SpawnSetProcessGroup | Libc.SpawnSetSignalDefaults | Libc.SpawnSetSignalMask));
        Check(Libc.posix_spawnattr_setsigdefault(_attributes, allSignals));
        Check(Libc.posix_spawnattr_setsigmask(_attributes, noSignals));

        Check(Libc.posix_spawn_file_actions_init(_fileActions));
        Check(Libc.posix_spawn_file_actions_addopen(_fileActions, 0, "/dev/null", Libc.ReadOnly, 0));
        Check(Libc.posix_spawn_file_actions_addopen(_fileActions, 1, output, Libc.WriteCreateTruncate, 0b110_000_000));
        Check(Libc.posix_spawn_file_actions_adddup2(_fileActions, 1, 2));
        Check(Libc.posix_spawn_file_actions_addchdir_np(_fileActions, folder));
    }

    /// <summary>Starts the program, and returns its process ID, which is also the group ID.</summary>
    public int Start()
    {
        Check(Libc.posix_spawn(out var id, _arguments[0], _fileActions, _attributes, _arguments, _environment));
        return id;
    }

    public void Dispose()
    {
        _ = Libc.posix_spawn_file_actions_destroy(_fileActions);
        _ = Libc.posix_spawnattr_destroy(_attributes);
        NativeMemory.Free(_fileActions);
        NativeMemory.Free(_attributes);
        Free(_arguments);
        Free(_environment);
    }

    private static byte** Strings(IReadOnlyList<string> values)
    {
        var array = (byte**)NativeMemory.AllocZeroed((nuint)(values.Count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < values.Count; i++)
        {
            array[i] = (byte*)Marshal.StringToCoTaskMemUTF8(values[i]);
        }

        return array;
    }

    private static void Free(byte** strings)
    {
        for (var i = 0; strings[i] is not null; i++)
        {
            Marshal.FreeCoTaskMem((nint)strings[i]);
        }

        NativeMemory.Free(strings);
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new Win32Exception(error);
        }
    }
}
