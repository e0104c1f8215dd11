using System.Text.RegularExpressions;
using Migrator.Tests.Support;
using Migrator.Tooling;

namespace Migrator.Tests.Security;

/// <summary>
/// Operators and functions of another role that have a better match than those of pg_catalog. The role creates one for every
/// signature that pg_catalog lacks, for the names and types in the queries of <c>migrate</c>. Each of them writes a line with
/// <see cref="Mark"/> to the server's log.
/// </summary>
internal static partial class Shadows
{
    /// <summary>The text in the server's log if a shadow was called.</summary>
    public const string Mark = "SHADOW WAS CALLED";

    private const string Types = "text, name, varchar, bpchar, \"char\", int2, int4, int8, oid, xid, bool, float8, numeric, timestamptz, timestamp, interval, regclass, json, jsonb, text[], name[], oid[], int2vector, inet";
    private const string Operators = "= <> < > <= >= + - * / || ~ ~* !~ ~~ ~~* << >> -> ->> @> && #";

    [GeneratedRegex(@"\b([a-z_][a-z0-9_]*)\(")]
    private static partial Regex Call { get; }

    /// <summary>Creates the role <c>mallory</c>, and its operators and functions in the schema public.</summary>
    /// <returns>The number of operators and functions.</returns>
    public static async Task<int> CreateAsync(TestDatabase database)
    {
        await database.ExecuteAsSuperuserAsync("""
            DO $$ BEGIN CREATE ROLE mallory LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            GRANT CREATE ON SCHEMA public TO mallory, app;
            """);
        var names = Directory.EnumerateFiles(RepositoryRoot.Combine("migrator"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(f => Call.Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value).Distinct();
        await database.ExecuteAsSuperuserAsync($"""
            SET SESSION AUTHORIZATION mallory;
            DO $do$
            DECLARE
                types text[] := string_to_array('{Types}', ', ');
                body text := 'LANGUAGE plpgsql AS $f$ BEGIN RAISE WARNING ''{Mark}''; RETURN NULL; END $f$';
                f record; l text; r text; op text;
            BEGIN
                FOREACH l IN ARRAY types LOOP
                    FOREACH r IN ARRAY types LOOP
                        EXECUTE format('CREATE FUNCTION public.shadow(%s, %s) RETURNS boolean %s', l, r, body);
                        FOREACH op IN ARRAY string_to_array('{Operators}', ' ') LOOP
                            IF NOT EXISTS (SELECT FROM pg_operator WHERE oprname = op AND oprleft = l::regtype AND oprright = r::regtype) THEN
                                EXECUTE format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.shadow)', op, l, r);
                            END IF;
                        END LOOP;
                    END LOOP;
                END LOOP;
                FOR f IN SELECT DISTINCT proname::text AS name, pronargs AS arguments, prorettype = 'bool'::regtype AS is_bool FROM pg_proc
                          WHERE pronamespace = 'pg_catalog'::regnamespace AND pronargs BETWEEN 1 AND 2 AND prokind = 'f'
                            AND proname IN ({string.Join(", ", names.Select(n => $"'{n}'"))}) LOOP
                    FOREACH l IN ARRAY types LOOP
                        FOREACH r IN ARRAY CASE f.arguments WHEN 1 THEN ARRAY[''] ELSE types END LOOP
                            IF to_regprocedure(format('pg_catalog.%I(%s)', f.name, concat_ws(',', l, nullif(r, '')))) IS NULL
                               AND to_regprocedure(format('public.%I(%s)', f.name, concat_ws(',', l, nullif(r, '')))) IS NULL THEN
                                EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS %s %s', f.name, concat_ws(',', l, nullif(r, '')),
                                               CASE WHEN f.is_bool THEN 'boolean' ELSE 'text' END, body);
                            END IF;
                        END LOOP;
                    END LOOP;
                END LOOP;
            END $do$;
            RESET SESSION AUTHORIZATION;
            """);
        return int.Parse(
            await database.ScalarAsync("SELECT (SELECT count(*) FROM pg_operator WHERE oprnamespace = 'public'::regnamespace) + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)"),
            System.Globalization.CultureInfo.InvariantCulture);
    }
}
