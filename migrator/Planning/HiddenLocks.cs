using System.Collections.Frozen;
using Migrator.Sql.Lexing;

namespace Migrator.Planning;

/// <summary>Whether a statement can lock tables that its syntax does not name.</summary>
internal enum HiddenLocks
{
    /// <summary>The syntax names all tables that the statement locks, or the tables depend on those.</summary>
    None,

    /// <summary>A query that calls a function. Few functions take a lock that blocks other sessions.</summary>
    Query,

    /// <summary>DO, CALL, EXECUTE, CASCADE, and statements about types and extensions.</summary>
    Statement,
}

/// <summary>Finds the hidden locks of a statement.</summary>
internal static class HiddenLock
{
    // Keywords that can precede a parenthesis in a query, and functions of PostgreSQL that lock no table.
    private static readonly FrozenSet<string> s_harmless = FrozenSet.Create(
        StringComparer.Ordinal,
        "all", "and", "any", "array", "as", "between", "by", "case", "cast", "distinct", "else", "except", "exists", "extract", "filter", "from", "group", "having",
        "ilike", "in", "intersect", "interval", "is", "join", "lateral", "like", "limit", "materialized", "not", "offset", "on", "or", "over", "row", "select", "some",
        "then", "union", "using", "values", "varying", "when", "where", "with", "bit", "char", "decimal", "numeric", "time", "timestamp", "varchar",
        "array_agg", "avg", "bool_and", "bool_or", "count", "every", "json_agg", "jsonb_agg", "max", "min", "string_agg", "sum",
        "dense_rank", "first_value", "lag", "last_value", "lead", "rank", "row_number",
        "pg_sleep", "pg_sleep_for", "pg_sleep_until", "clock_timestamp", "now", "statement_timestamp", "transaction_timestamp", "age", "date_part", "date_trunc",
        "make_date", "make_interval", "to_char", "to_date", "to_number", "to_timestamp",
        "currval", "lastval", "nextval", "setval", "current_setting", "set_config", "pg_notify", "current_database", "current_schema", "current_schemas", "version",
        "pg_advisory_lock", "pg_advisory_lock_shared", "pg_advisory_unlock", "pg_advisory_xact_lock", "pg_advisory_xact_lock_shared", "pg_try_advisory_lock",
        "pg_try_advisory_xact_lock", "pg_backend_pid", "pg_cancel_backend", "pg_terminate_backend", "pg_typeof", "to_regclass", "to_regtype", "txid_current",
        "abs", "array_length", "btrim", "cardinality", "ceil", "coalesce", "concat", "concat_ws", "floor", "format", "gen_random_uuid", "generate_series", "greatest",
        "json_build_object", "jsonb_build_object", "least", "left", "length", "lower", "ltrim", "md5", "nullif", "position", "quote_ident", "quote_literal", "random",
        "repeat", "replace", "right", "round", "rtrim", "substr", "substring", "to_json", "to_jsonb", "trim", "unnest", "upper");

    /// <summary>Finds the hidden locks of a statement.</summary>
    public static HiddenLocks Of(string statement)
    {
        StatementReader reader = new(statement);
        if (reader.Is("select") || reader.Is("with") || reader.Is("values"))
        {
            return CallsFunction(reader) ? HiddenLocks.Query : HiddenLocks.None;
        }

        return IsHidden(reader) ? HiddenLocks.Statement : HiddenLocks.None;
    }

    private static bool IsHidden(StatementReader reader)
    {
        if (reader.Is("do") || reader.Is("call") || reader.Is("execute") || reader.Is("reassign"))
        {
            return true;
        }

        if (reader.Skip("drop"))
        {
            // Without CASCADE, DROP removes only the named object, which no table uses.
            return reader.Is("owned") || reader.Is("extension") || reader.Is("materialized") || HasCascade(reader);
        }

        if (reader.Skip("alter"))
        {
            // ALTER DOMAIN checks the tables that use the domain. ALTER TABLE ALL IN TABLESPACE names no table.
            return reader.Is("domain") || reader.Is("extension") || reader.Skip("table", "all") || HasCascade(reader);
        }

        return reader.Skip("create") ? reader.Is("extension") : reader.Is("truncate") && HasCascade(reader);
    }

    // ON DELETE CASCADE and ON UPDATE CASCADE define a foreign key.
    private static bool HasCascade(StatementReader reader)
    {
        bool isAction = false;
        for (; !reader.AtEnd; reader.Advance())
        {
            if (!isAction && reader.Is("cascade"))
            {
                return true;
            }

            isAction = reader.Is("delete") || reader.Is("update");
        }

        return false;
    }

    private static bool CallsFunction(StatementReader reader)
    {
        while (!reader.AtEnd)
        {
            if (reader.Name() is not { } name)
            {
                reader.Advance();
            }
            else if (reader.Current.Kind == SqlTokenKind.OpenParenthesis && !(name.Schema is null or "pg_catalog" && s_harmless.Contains(name.Name)))
            {
                return true;
            }
        }

        return false;
    }
}
