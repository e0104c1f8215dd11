using System.Data.Common;

namespace Migrator.Execution.AdoNet;

/// <summary>
/// What a library says to the connection that it was given. <see cref="ConversationConnection"/> passes every command on
/// to one of these, which decides what reaches the server.
/// </summary>
internal interface IConversation
{
    void Commit();

    int Execute(string sql);

    object? Scalar(string sql);

    DbDataReader Query(string sql);
}
