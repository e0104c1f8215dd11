namespace Migrator.Scripts;

/// <summary>When a script runs in a deployment.</summary>
internal enum ScriptPhase
{
    /// <summary>Before the new version of the application starts. The old version still runs, so the script only adds.</summary>
    Expand,

    /// <summary>After the last pod of the old version has ended. The script can remove what only the old version used.</summary>
    Contract,
}
