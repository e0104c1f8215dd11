using System.Runtime.InteropServices;

namespace Migrator.Commands;

/// <summary>SIGTERM and SIGINT as a token. Kubernetes sends the first and waits for the pod's grace period.</summary>
internal sealed class TerminationSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private ExitCode? _received;

    public TerminationSignal()
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => On(c, ExitCode.Terminated)));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, c => On(c, ExitCode.Interrupted)));
    }

    public CancellationToken Token => _source.Token;

    /// <summary>The exit code of the signal that came first; null while none did.</summary>
    public ExitCode? Received => _received;

    public string Name => _received == ExitCode.Interrupted ? "SIGINT" : "SIGTERM";

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _source.Dispose();
    }

    private void On(PosixSignalContext context, ExitCode exitCode)
    {
        // Not the runtime's own end: the statement is cancelled on the server and rolled back first.
        context.Cancel = true;
        _received ??= exitCode;
        _source.Cancel();
    }
}
