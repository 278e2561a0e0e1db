using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Aurum.Testing.Network;

/// <summary>A network namespace with an address on a <see cref="VirtualNetwork"/> and a loopback of its own.</summary>
public sealed class VirtualMachine
{
    /// <summary>Where iproute2 keeps namespaces that have a name.</summary>
    internal const string Folder = "/run/netns";

    private const int NewNetwork = 0x40000000;

    internal VirtualMachine(string ns, string port, IPAddress address) => (Namespace, Port, Address) = (ns, port, address);

    public IPAddress Address { get; }

    /// <summary>What to put before a command line to have it run there.</summary>
    public IReadOnlyList<string> Prefix => ["nsenter", $"--net={PathOf(Namespace)}", "--"];

    internal string Namespace { get; }

    /// <summary>Its cable's end at the switch.</summary>
    internal string Port { get; }

    /// <summary>
    /// A socket of this process that listens on the machine's loopback, or at an address of it: whoever connects there is in the machine or on
    /// its network, and whoever accepts need not be.
    /// </summary>
    public Socket Listen(int port, IPAddress? at = null)
    {
        Socket? socket = null;
        Exception? failure = null;

        // A socket belongs to the namespace in which its thread is when it is made; the thread ends with that.
        var inside = new Thread(() =>
        {
            try
            {
                Enter();
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(at ?? IPAddress.Loopback, port));
                socket.Listen();
            }
            catch (Exception exception) when (exception is Win32Exception or SocketException or IOException or UnauthorizedAccessException)
            {
                socket?.Dispose();
                failure = exception;
            }
        });
        inside.Start();
        inside.Join();
        return failure is null ? socket! : throw new InvalidOperationException($"{Namespace}: {failure.Message}", failure);
    }

    internal static string PathOf(string ns) => Path.Combine(Folder, ns);

    private void Enter()
    {
        using var handle = File.OpenHandle(PathOf(Namespace));
        if (SetNamespace((int)handle.DangerousGetHandle(), NewNetwork) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int SetNamespace(int handle, int kind);
}
