using System.Runtime.InteropServices;

namespace Migrator.Tooling.Processes;

/// <summary>
/// A cancellation token for SIGINT (Ctrl-C), SIGTERM and SIGHUP (a closed terminal). After the first signal, the
/// program can dispose its servers and folders as usual. A second signal ends the program immediately, and the guard of
/// <see cref="RunFolder"/> cleans up.
/// </summary>
public sealed class Interruption : IDisposable
{
    // The exit code of a shell: 128 + signal number.
    private static readonly (PosixSignal Signal, int ExitCode)[] s_signals =
        [(PosixSignal.SIGHUP, 129), (PosixSignal.SIGINT, 130), (PosixSignal.SIGTERM, 143)];

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _lock = new();

    /// <summary>Starts to handle signals.</summary>
    public Interruption()
    {
        foreach (var (signal, exitCode) in s_signals)
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context => On(context, exitCode)));
        }
    }

    /// <summary>A token that the first signal cancels.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code for the first signal; null before a signal.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Restores the runtime's signal handling.</summary>
    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _source.Dispose();
    }

    private void On(PosixSignalContext context, int exitCode)
    {
        lock (_lock)
        {
            if (ExitCode is not null)
            {
                return;
            }

            context.Cancel = true;
            ExitCode = exitCode;
        }

        _source.Cancel();
    }
}
