using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Postgres;

/// <summary>PostgreSQL's three ways to stop; the values are the signals.</summary>
public enum StopMode
{
    /// <summary>New connections are refused, running ones may go on as long as they like.</summary>
    Smart = Signal.Terminate,

    /// <summary>Running transactions are rolled back (57P01), the data is written.</summary>
    Fast = Signal.Interrupt,

    /// <summary>Like a crash (57P02): the next start recovers.</summary>
    Immediate = Signal.Quit,
}
