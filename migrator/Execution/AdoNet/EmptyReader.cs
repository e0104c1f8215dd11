using System.Collections;
using System.Data.Common;

namespace Migrator.Execution.AdoNet;

/// <summary>The answer to a query that finds nothing.</summary>
internal sealed class EmptyReader : DbDataReader
{
    public override int Depth => 0;

    public override int FieldCount => 0;

    public override bool HasRows => false;

    public override bool IsClosed => false;

    public override int RecordsAffected => 0;

    public override object this[int ordinal] => throw NoRow();

    public override object this[string name] => throw NoRow();

    public override bool Read() => false;

    public override bool NextResult() => false;

    public override bool GetBoolean(int ordinal) => throw NoRow();

    public override byte GetByte(int ordinal) => throw NoRow();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => throw NoRow();

    public override char GetChar(int ordinal) => throw NoRow();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => throw NoRow();

    public override string GetDataTypeName(int ordinal) => throw NoRow();

    public override DateTime GetDateTime(int ordinal) => throw NoRow();

    public override decimal GetDecimal(int ordinal) => throw NoRow();

    public override double GetDouble(int ordinal) => throw NoRow();

    public override IEnumerator GetEnumerator() => Array.Empty<object>().GetEnumerator();

    [return: System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicFields | System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicProperties)]
    public override Type GetFieldType(int ordinal) => throw NoRow();

    public override float GetFloat(int ordinal) => throw NoRow();

    public override Guid GetGuid(int ordinal) => throw NoRow();

    public override short GetInt16(int ordinal) => throw NoRow();

    public override int GetInt32(int ordinal) => throw NoRow();

    public override long GetInt64(int ordinal) => throw NoRow();

    public override string GetName(int ordinal) => throw NoRow();

    public override int GetOrdinal(string name) => throw NoRow();

    public override string GetString(int ordinal) => throw NoRow();

    public override object GetValue(int ordinal) => throw NoRow();

    public override int GetValues(object[] values) => throw NoRow();

    public override bool IsDBNull(int ordinal) => throw NoRow();

    private static InvalidOperationException NoRow() => new("The answer has no rows.");
}
