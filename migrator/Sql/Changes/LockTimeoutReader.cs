using System.Globalization;
using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Reads <c>SET</c> and <c>RESET lock_timeout</c>, and <c>set_config('lock_timeout', …)</c>, also in a DO block.</summary>
internal static class LockTimeoutReader
{
    private const string Setting = "lock_timeout";
    private const string Default = "DEFAULT";

    /// <summary>Reads a statement from its first word; returns null for any other statement.</summary>
    public static SchemaChange? Read(ref StatementReader reader, string statement)
    {
        if (reader.Is("set"))
        {
            return ReadSet(ref reader, statement);
        }

        if (reader.Is("reset") || reader.Is("discard"))
        {
            bool isReset = reader.Is("reset");
            reader.Advance();
            return reader.Is("all") || (isReset && IsSetting(reader.Value)) ? Of(Default) : null;
        }

        if (!statement.Contains(Setting, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return reader.Skip("do") ? ReadCode(ref reader)
            : reader.Is("select") || reader.Is("with") || reader.Is("values") ? ReadCall(ref reader, statement)
            : null;
    }

    /// <summary>Whether a value of <c>lock_timeout</c> is the value with which the session started.</summary>
    public static bool IsDefault(string? value) => Default.Equals(value, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a value of <c>lock_timeout</c> disables the limit. PostgreSQL rounds the value to milliseconds.</summary>
    public static bool IsOff(string? value)
    {
        // '0'::text is the value '0'.
        string text = (value ?? "").Split("::")[0].Trim('\'', ' ');
        int unit = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        return double.TryParse(text.AsSpan(0, unit), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && MillisecondsOf(text.AsSpan(unit).Trim()) is { } milliseconds
            && Math.Round(number * milliseconds) == 0;
    }

    private static double? MillisecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "us" => 0.001,
        "" or "ms" or "." => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => null,
    };

    private static SchemaChange? ReadSet(ref StatementReader reader, string statement)
    {
        string? name = reader.SkipSet(out bool isLocal);
        return IsSetting(name) ? Of(ColumnReader.ReadText(ref reader, statement), isLocal) : null;
    }

    // The code of a DO block can contain both SET and set_config. The last one counts.
    private static SchemaChange? ReadCode(ref StatementReader reader)
    {
        while (!reader.AtEnd && !reader.IsString)
        {
            reader.Advance();
        }

        string body = reader.Value;
        SchemaChange? last = null;
        bool isStart = true;
        for (StatementReader code = new(body); !code.AtEnd;)
        {
            StatementReader ahead = code;
            last = (isStart && code.Is("set") ? ReadSet(ref ahead, body) : code.Is("set_config") ? ReadCall(ref ahead, body) : null) ?? last;
            isStart = code.IsBeforeStatement;
            code.Advance();
        }

        // In the code, the text of a value can go up to the end of the statement.
        return last is null ? null : last with { Expression = last.Expression!.Split(';')[0].Trim() };
    }

    // Reads set_config('lock_timeout', value, is_local).
    private static SchemaChange? ReadCall(ref StatementReader reader, string statement)
    {
        for (; !reader.AtEnd; reader.Advance())
        {
            if (!reader.IsString || !IsSetting(reader.Value))
            {
                continue;
            }

            ColumnReader.ReadText(ref reader, statement);
            string value = ReadArgument(ref reader, statement);
            return Of(value, ReadArgument(ref reader, statement).Trim('\'').StartsWith("t", StringComparison.OrdinalIgnoreCase));
        }

        return null;
    }

    private static string ReadArgument(ref StatementReader reader, string statement)
    {
        if (reader.CurrentText is ",")
        {
            reader.Advance();
        }

        return ColumnReader.ReadText(ref reader, statement);
    }

    private static bool IsSetting(string? name) => Setting.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static SchemaChange Of(string value, bool isLocal = false)
        => new(ChangeKind.SetLockTimeout) { Expression = value, IsLocal = isLocal, StatementName = "SET lock_timeout" };
}
