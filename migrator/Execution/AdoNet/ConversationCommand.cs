using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Migrator.Execution.AdoNet;

/// <summary>A command without parameters whose text goes to an <see cref="IConversation"/>.</summary>
internal sealed class ConversationCommand(IConversation conversation) : DbCommand
{
    [AllowNull]
    public override string CommandText { get; set; } = "";

    public override int CommandTimeout { get; set; }

    public override CommandType CommandType { get; set; } = CommandType.Text;

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection { get; set; }

    protected override DbTransaction? DbTransaction { get; set; }

    protected override DbParameterCollection DbParameterCollection => throw new NotSupportedException();

    public override int ExecuteNonQuery() => conversation.Execute(CommandText);

    public override object? ExecuteScalar() => conversation.Scalar(CommandText);

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => conversation.Query(CommandText);

    public override void Prepare()
    {
    }

    public override void Cancel()
    {
    }

    protected override DbParameter CreateDbParameter() => throw new NotSupportedException();
}
