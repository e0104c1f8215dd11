using System.Runtime.InteropServices;

namespace Migrator.Tooling.Processes;

/// <summary>
/// Ctrl-C, SIGTERM and the closing of the terminal, as a token: a program that heeds it ends by the same way as when all goes
/// well, and takes its servers and folders with it. A second signal ends it at once; <see cref="RunFolder"/>'s guard then clears up.
/// </summary>
public sealed class Interruption : IDisposable
{
    // As a shell gives it: 128 and the signal's number.
    private static readonly (PosixSignal Signal, int ExitCode)[] s_signals =
        [(PosixSignal.SIGHUP, 129), (PosixSignal.SIGINT, 130), (PosixSignal.SIGTERM, 143)];

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _lock = new();

    /// <summary>Listens from now on.</summary>
    public Interruption()
    {
        foreach (var (signal, exitCode) in s_signals)
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context => On(context, exitCode)));
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code of the first signal; null while none came.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Leaves signals to the runtime again.</summary>
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
