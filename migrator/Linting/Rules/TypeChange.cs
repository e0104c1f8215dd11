using System.Globalization;

namespace Migrator.Linting.Rules;

/// <summary>Whether PostgreSQL keeps the stored values when the type of a column changes.</summary>
internal static class TypeChange
{
    /// <summary>
    /// Whether the new type stores the values of the old type in the same way: the same type, or a type that is only wider. False if that is not certain.
    /// </summary>
    /// <param name="from">The old type, in lower case and with single spaces.</param>
    /// <param name="to">The new type.</param>
    public static bool KeepsRows(string from, string to)
    {
        (string oldName, int[] oldSize) = Parse(from);
        (string newName, int[] newSize) = Parse(to);
        return (oldName, newName) switch
        {
            ("varchar", "varchar") => newSize is [] || (oldSize is [var length] && newSize is [var longer] && longer >= length),
            ("varchar", "text") or ("text", "text") => true,
            ("text", "varchar") => newSize is [],
            // The number of digits may grow, and the scale must stay. Without a precision, every number fits.
            ("numeric", "numeric") => newSize is [] || (oldSize is [var digits, ..] && newSize is [var more, ..] && more >= digits && Scale(oldSize) == Scale(newSize)),
            ("timestamp", "timestamp") or ("timestamptz", "timestamptz") or ("time", "time") or ("timetz", "timetz")
                => newSize is [] or [6] || (oldSize is [var precision] && newSize is [var higher] && higher >= precision),
            ("varbit", "varbit") => newSize is [] || (oldSize is [var bits] && newSize is [var moreBits] && moreBits >= bits),
            ("cidr", "inet") or ("xml", "text") => true,
            _ => oldName == newName && oldSize.SequenceEqual(newSize),
        };
    }

    /// <summary>Whether every value of the old type is a value of the new type, and is compared and written in the same way.</summary>
    /// <param name="from">The old type, in lower case and with single spaces.</param>
    /// <param name="to">The new type.</param>
    public static bool Widens(string from, string to)
    {
        (string oldName, int[] oldSize) = Parse(from);
        (string newName, int[] newSize) = Parse(to);
        return KeepsRows(from, to) || (oldName, newName) switch
        {
            ("int2", "int4" or "int8") or ("int4", "int8") or ("float4", "float8") => true,
            ("int2" or "int4" or "int8", "numeric") => newSize is [],
            // Neither fewer digits before the decimal point, nor after it.
            ("numeric", "numeric") => oldSize is [var digits, ..] && newSize is [var more, ..] && Scale(newSize) >= Scale(oldSize) && more - Scale(newSize) >= digits - Scale(oldSize),
            ("char", "varchar") => newSize is [] || (oldSize is [var length] ? newSize is [var longer] && longer >= length : newSize is [>= 1]),
            ("char", "text") => true,
            _ => false,
        };
    }

    private static int Scale(int[] size) => size is [_, var scale] ? scale : 0;

    // timestamp(3) with time zone → timestamptz, [3]. An array is a type of its own.
    private static (string Name, int[] Size) Parse(string type)
    {
        type = type.Replace("pg_catalog.", "", StringComparison.Ordinal);
        (int open, int close) = (type.IndexOf('(', StringComparison.Ordinal), type.IndexOf(')', StringComparison.Ordinal));
        string name = open < 0 || close < open ? type : $"{type[..open]}{type[(close + 1)..]}";
        int[] size = open < 0 || close < open ? []
            : [.. type[(open + 1)..close].Split(',').Select(n => int.TryParse(n, CultureInfo.InvariantCulture, out int number) ? number : -1)];
        return (NameOf(name), size);
    }

    // The other names of types (https://www.postgresql.org/docs/current/datatype.html). A serial column has an integer type.
    private static string NameOf(string type) => type switch
    {
        "integer" or "int" or "serial" or "serial4" => "int4",
        "bigint" or "bigserial" or "serial8" => "int8",
        "smallint" or "smallserial" or "serial2" => "int2",
        "boolean" => "bool",
        "character varying" or "char varying" => "varchar",
        "character" => "char",
        "decimal" or "dec" => "numeric",
        "real" => "float4",
        "double precision" or "float" => "float8",
        "bit varying" => "varbit",
        "timestamp without time zone" => "timestamp",
        "timestamp with time zone" => "timestamptz",
        "time without time zone" => "time",
        "time with time zone" => "timetz",
        _ => type,
    };
}
