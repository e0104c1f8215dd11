namespace Migrator;

/// <summary>Receives news while a command runs. What the command came to in the end is its result.</summary>
internal interface IProgress
{
    /// <summary>Reports that the run waits for something outside: the database, another run, a table lock.</summary>
    /// <param name="message">What the run waits for.</param>
    void Waiting(string message);

    /// <summary>Reports something worth knowing that is neither a wait nor a warning.</summary>
    /// <param name="message">One sentence.</param>
    void Info(string message);

    /// <summary>Reports a problem that does not stop the run. Warnings are part of the result, too.</summary>
    /// <param name="warning">The problem.</param>
    void Warning(Problem warning);
}
