using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Migrator.Execution.AdoNet;

/// <summary>A connection that is always open and whose commands go to an <see cref="IConversation"/>.</summary>
internal sealed class ConversationConnection(IConversation conversation) : DbConnection
{
    [AllowNull]
    public override string ConnectionString { get; set; } = "";

    public override string Database => "";

    public override string DataSource => "";

    public override string ServerVersion => "";

    public override ConnectionState State => ConnectionState.Open;

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    // Whoever opened the real connection closes it.
    public override void Open()
    {
    }

    public override void Close()
    {
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => new ConversationTransaction(this, conversation, isolationLevel);

    protected override DbCommand CreateDbCommand() => new ConversationCommand(conversation);
}
