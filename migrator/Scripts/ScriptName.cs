using System.Diagnostics.CodeAnalysis;

namespace Migrator.Scripts;

/// <summary>The kind of a script.</summary>
internal enum ScriptKind
{
    /// <summary><c>V1__create_orders.sql</c>: runs once.</summary>
    Versioned,

    /// <summary><c>R__views.sql</c>: runs when its content changes.</summary>
    Repeatable,

    /// <summary><c>U1__create_orders.sql</c>: undoes <c>V1</c>.</summary>
    Undo,
}

/// <summary>
/// The parts of a script's file name, by Evolve's rules: a prefix (upper or lower case), a version, two underscores,
/// a description with underscores for spaces, and <c>.sql</c>.
/// </summary>
internal sealed record ScriptName(string FileName, ScriptKind Kind, ScriptVersion? Version, string Description)
{
    private const string Separator = "__";
    private const string Pattern = "V<version>__<description>.sql, U<version>__<description>.sql or R__<description>.sql";

    /// <summary>The end of the name of a contract script.</summary>
    public const string ContractSuffix = ".contract.sql";

    private const string ContractStem = ".contract";

    /// <summary>The phase: <c>V2__drop_names.contract.sql</c> is a contract script, and every other script is an expand script.</summary>
    public ScriptPhase Phase => PhaseOf(FileName);

    /// <summary>The phase of a script with a name in the history.</summary>
    public static ScriptPhase PhaseOf(string fileName) => fileName.EndsWith(ContractSuffix, StringComparison.Ordinal) ? ScriptPhase.Contract : ScriptPhase.Expand;

    /// <summary>The prefix in upper case: V, R or U.</summary>
    public char Prefix => PrefixOf(Kind);

    public static char PrefixOf(ScriptKind kind) => kind switch { ScriptKind.Versioned => 'V', ScriptKind.Repeatable => 'R', _ => 'U' };

    public static bool TryParse(
        string fileName,
        [NotNullWhen(true)] out ScriptName? name,
        [NotNullWhen(false)] out Problem? problem)
    {
        name = null;
        problem = null;
        string stem = Path.GetFileNameWithoutExtension(fileName);
        if (fileName.Any(char.IsControl))
        {
            problem = Bad(fileName, "the name contains a control character");
            return false;
        }

        ScriptKind? kind = (stem.Length == 0 ? ' ' : char.ToUpperInvariant(stem[0])) switch
        {
            'V' => ScriptKind.Versioned,
            'R' => ScriptKind.Repeatable,
            'U' => ScriptKind.Undo,
            _ => null,
        };
        if (kind is null)
        {
            problem = Bad(fileName, "the name does not begin with V, U or R");
            return false;
        }

        int separator = stem.IndexOf(Separator, StringComparison.Ordinal);
        if (separator < 0)
        {
            problem = Bad(fileName, "two underscores are missing between version and description");
            return false;
        }

        string description = stem[(separator + Separator.Length)..].Replace('_', ' ');
        if (string.IsNullOrWhiteSpace(description))
        {
            problem = Bad(fileName, "the description is missing");
            return false;
        }

        ScriptVersion? version = null;
        if (kind != ScriptKind.Repeatable
            && !ScriptVersion.TryParse(stem[1..separator], out version, out string? wrong))
        {
            problem = Bad(fileName, $"the version {wrong}");
            return false;
        }

        if (stem.EndsWith(ContractStem, StringComparison.OrdinalIgnoreCase))
        {
            if (kind != ScriptKind.Versioned)
            {
                problem = Bad(fileName, $"only a versioned script can end in {ContractSuffix}");
                return false;
            }

            if (PhaseOf(fileName) != ScriptPhase.Contract)
            {
                problem = Bad(fileName, $"the end of a contract script is written {ContractSuffix}, in lower case");
                return false;
            }
        }

        name = new ScriptName(fileName, kind.Value, version, description);
        return true;
    }

    private static Problem Bad(string fileName, string why) => new("script-name", $"{fileName} is not a valid script name: {why}")
    {
        Script = fileName,
        Advice = $"Name the script {Pattern}, or move it out of the folder.",
    };
}
