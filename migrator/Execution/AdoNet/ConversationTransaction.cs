using System.Data;
using System.Data.Common;

namespace Migrator.Execution.AdoNet;

/// <summary>A transaction whose commit goes to an <see cref="IConversation"/>.</summary>
internal sealed class ConversationTransaction(ConversationConnection connection, IConversation conversation, IsolationLevel isolationLevel)
    : DbTransaction
{
    private bool _isCompleted;

    public override IsolationLevel IsolationLevel => isolationLevel;

    // ADO.NET's sign that a transaction is over.
    protected override DbConnection? DbConnection => _isCompleted ? null : connection;

    public override void Commit()
    {
        _isCompleted = true;
        conversation.Commit();
    }

    public override void Rollback() => _isCompleted = true;
}
