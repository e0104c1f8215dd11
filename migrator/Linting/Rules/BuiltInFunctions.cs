using System.Collections.Frozen;

namespace Migrator.Linting.Rules;

/// <summary>
/// The functions of PostgreSQL 13 to 18, and whether they are volatile (<c>pg_proc.provolatile</c>). A test compares them with the servers. Functions of common
/// extensions are added by hand.
/// </summary>
internal static class BuiltInFunctions
{
    private static readonly Lazy<FrozenDictionary<string, bool>> s_functions = new(Read);

    private static readonly string[] s_volatileInExtensions =
        ["uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "gen_random_bytes", "gen_salt"];

    private static readonly string[] s_otherInExtensions =
        ["uuid_nil", "uuid_ns_dns", "uuid_ns_url", "uuid_ns_oid", "uuid_ns_x500", "uuid_generate_v3", "uuid_generate_v5", "digest", "hmac", "crypt", "unaccent", "hstore"];

    /// <summary>Whether a function is volatile; null if it is not a function of PostgreSQL or of a common extension.</summary>
    public static bool? IsVolatile(string name) => s_functions.Value.TryGetValue(name, out bool isVolatile) ? isVolatile
        : s_volatileInExtensions.Contains(name) ? true
        // The constructors of PostGIS are immutable.
        : s_otherInExtensions.Contains(name) || name.StartsWith("st_", StringComparison.Ordinal) ? false
        : null;

    /// <summary>The functions of PostgreSQL in <c>built-in-functions.txt</c>.</summary>
    internal static IReadOnlyDictionary<string, bool> All => s_functions.Value;

    private static FrozenDictionary<string, bool> Read()
    {
        using var file = new StreamReader(typeof(BuiltInFunctions).Assembly.GetManifestResourceStream("built-in-functions.txt")!);
        return file.ReadToEnd()
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .ToFrozenDictionary(f => f.TrimEnd('!'), f => f.EndsWith('!'), StringComparer.Ordinal);
    }
}
