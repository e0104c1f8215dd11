namespace Migrator.LocalCluster.Kubelet;

/// <summary>The log of one run of a container.</summary>
/// <param name="file">The file with the output.</param>
internal sealed class ContainerLog(string file)
{
    private volatile bool _isComplete;

    public string File => file;

    /// <summary>Whether the log is complete.</summary>
    public bool IsComplete => _isComplete;

    public void Complete() => _isComplete = true;

    /// <summary>
    /// Returns the last lines, up to a number of bytes. They are the termination message of a failed container without
    /// its own message.
    /// </summary>
    public string Tail(int lines, int bytes)
    {
        if (!System.IO.File.Exists(file))
        {
            return "";
        }

        var text = System.IO.File.ReadAllText(file);
        var all = text.TrimEnd('\n').Split('\n');
        var tail = string.Join('\n', all.TakeLast(lines)) + (text.EndsWith('\n') ? "\n" : "");
        return tail.Length > bytes ? tail[^bytes..] : tail;
    }
}
