using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Migrator.Benchmarks.Measuring;

/// <summary>
/// The resource usage of an ended process and the children it waited for (<c>struct rusage</c>, getrusage(2)).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceUsage
{
#pragma warning disable CS0649, IDE0044 // The kernel writes the fields.
    private long _userSeconds;
    private long _userMicroseconds;
    private long _systemSeconds;
    private long _systemMicroseconds;
    private long _peakRss;
    private Unread _unread;
#pragma warning restore CS0649, IDE0044

    /// <summary>The CPU time in user and kernel mode.</summary>
    public readonly TimeSpan Cpu =>
        TimeSpan.FromSeconds(_userSeconds + _systemSeconds) + TimeSpan.FromMicroseconds(_userMicroseconds + _systemMicroseconds);

    /// <summary>The peak resident memory of the largest process, in KiB.</summary>
    public readonly long PeakRss => _peakRss;

    [InlineArray(13)]
    private struct Unread
    {
        private long _first;
    }
}
