using System.Collections.Frozen;

namespace Migrator.Linting.Rules;

/// <summary>The types that are not domains: those of PostgreSQL, their names in SQL, and those of common extensions.</summary>
internal static class BuiltInTypes
{
    private static readonly FrozenSet<string> s_types = FrozenSet.Create(
        StringComparer.Ordinal,
        // pg_type of PostgreSQL 13 to 18.
        "aclitem", "bit", "bool", "box", "bpchar", "bytea", "char", "cid", "cidr", "circle", "date", "datemultirange", "daterange", "float4", "float8",
        "gtsvector", "inet", "int2", "int2vector", "int4", "int4multirange", "int4range", "int8", "int8multirange", "int8range", "interval", "json",
        "jsonb", "jsonpath", "line", "lseg", "macaddr", "macaddr8", "money", "name", "numeric", "nummultirange", "numrange", "oid", "oidvector", "path",
        "pg_ddl_command", "pg_dependencies", "pg_lsn", "pg_mcv_list", "pg_ndistinct", "pg_node_tree", "pg_snapshot", "point", "polygon", "refcursor",
        "regclass", "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc", "regprocedure", "regrole",
        "regtype", "text", "tid", "time", "timestamp", "timestamptz", "timetz", "tsmultirange", "tsquery", "tsrange", "tstzmultirange", "tstzrange",
        "tsvector", "txid_snapshot", "uuid", "varbit", "varchar", "xid", "xid8", "xml",
        // The SQL standard.
        "bigint", "bigserial", "bit varying", "boolean", "char varying", "character", "character varying", "dec", "decimal", "double precision", "float",
        "int", "integer", "national char", "national character", "nchar", "real", "serial", "serial2", "serial4", "serial8", "smallint", "smallserial",
        "time with time zone", "time without time zone", "timestamp with time zone", "timestamp without time zone", "\"char\"",
        // Extensions.
        "citext", "cube", "geography", "geometry", "halfvec", "hstore", "isbn", "isbn13", "ltree", "lquery", "ltxtquery", "raster", "seg", "sparsevec",
        "vector");

    /// <summary>Whether a type is one of these.</summary>
    /// <param name="type">The type, in lower case and with single spaces: <c>numeric(8, 2)</c>, <c>timestamp(3) with time zone</c>.</param>
    public static bool Contains(string type)
    {
        int open = type.IndexOf('(', StringComparison.Ordinal);
        int close = type.IndexOf(')', StringComparison.Ordinal);
        string name = open < 0 || close < open ? type : type[..open] + type[(close + 1)..];
        name = name.Replace("pg_catalog.", "", StringComparison.Ordinal).Split('[')[0].Trim();
        return s_types.Contains(name) || name.StartsWith("interval ", StringComparison.Ordinal) || name.EndsWith(" array", StringComparison.Ordinal);
    }
}
