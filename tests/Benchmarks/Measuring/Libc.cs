using System.Runtime.InteropServices;

namespace Migrator.Benchmarks.Measuring;

/// <summary>Functions of glibc (on x64) that the measurements need and .NET does not provide.</summary>
internal static unsafe partial class Libc
{
    public const int NoSuchChild = 10;
    public const int Interrupted = 4;

    public const int ReadOnly = 0;
    public const int WriteCreateTruncate = 0x1 | 0x40 | 0x200;

    public const short SpawnSetProcessGroup = 0x02;
    public const short SpawnSetSignalDefaults = 0x04;
    public const short SpawnSetSignalMask = 0x08;

    private const int SetTimerSlack = 29;
    private const int SetChildSubreaper = 36;
    private const int ClockMonotonic = 1;
    private const int AbsoluteTime = 1;
    private const int KillSignal = 9;

    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Makes this process the parent of its children's orphans, so it can wait for them.</summary>
    public static void AdoptOrphans() => _ = prctl(SetChildSubreaper, 1, 0, 0, 0);

    /// <summary>
    /// Makes sleeps of the calling thread precise. By default, the kernel can extend them by up to 50 µs.
    /// </summary>
    public static void SleepPrecisely() => _ = prctl(SetTimerSlack, 1, 0, 0, 0);

    /// <summary>
    /// Sleeps until a time of the monotonic clock, in nanoseconds. On Linux, Stopwatch uses this clock.
    /// </summary>
    public static void SleepUntil(long nanoseconds)
    {
        var time = new TimeSpec { Seconds = nanoseconds / NanosecondsPerSecond, Nanoseconds = nanoseconds % NanosecondsPerSecond };
        while (clock_nanosleep(ClockMonotonic, AbsoluteTime, &time, null) == Interrupted)
        {
        }
    }

    /// <summary>Kills a process group. Does nothing if the group does not exist.</summary>
    public static void KillGroup(int group) => _ = kill(-group, KillSignal);

    [LibraryImport("libc")]
    public static partial int posix_spawn(
        out int processId, byte* path, void* fileActions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(void* fileActions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(void* fileActions);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addopen(
        void* fileActions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(void* fileActions, int descriptor, int newDescriptor);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addchdir_np(void* fileActions, string path);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int wait4(int processId, out int status, int options, out ResourceUsage usage);

    [LibraryImport("libc")]
    private static partial int kill(int processId, int signal);

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc")]
    private static partial int clock_nanosleep(int clock, int flags, TimeSpec* time, TimeSpec* remaining);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
