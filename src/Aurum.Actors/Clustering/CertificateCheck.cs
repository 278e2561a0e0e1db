using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Akka.Actor;
using Akka.Remote.Transport;
using Akka.Remote.Transport.DotNetty;

namespace Aurum.Actors.Clustering;

/// <summary>
/// Looks at the certificate of a node before Akka's transport connects to it. That transport ends the whole actor system when a node it
/// calls shows a certificate it does not take: one node with an expired certificate would end all others.
/// </summary>
public sealed class CertificateCheck : ITransportAdapterProvider
{
    internal const string Settings = """
        akka.remote {
          adapters.certificate-check = "Aurum.Actors.Clustering.CertificateCheck,Aurum.Actors"
          dot-netty.tcp.applied-adapters = ["certificate-check"]
        }
        """;

    public Transport Create(Transport wrappedTransport, ExtendedActorSystem system) =>
        new CheckingTransport(wrappedTransport, system.Settings.Setup.Get<DotNettySslSetup>().Value, system);

    private sealed class CheckingTransport : Transport
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

        private readonly Transport _wrapped;
        private readonly SslClientAuthenticationOptions _options;

        public CheckingTransport(Transport wrapped, DotNettySslSetup setup, ExtendedActorSystem system)
        {
            _wrapped = wrapped;
            System = system;
            var log = Akka.Event.Logging.GetLogger(system, typeof(CertificateCheck));
            _options = new SslClientAuthenticationOptions
            {
                ClientCertificates = [setup.Certificate],
                RemoteCertificateValidationCallback = (_, shown, chain, errors) =>
                    setup.CustomValidator!(shown as global::System.Security.Cryptography.X509Certificates.X509Certificate2, chain, "", errors, log),
            };
        }

        public override string SchemeIdentifier => _wrapped.SchemeIdentifier;

        public override long MaximumPayloadBytes => _wrapped.MaximumPayloadBytes;

        public override Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen() => _wrapped.Listen();

        public override bool IsResponsibleFor(Address remote) => _wrapped.IsResponsibleFor(remote);

        public override Task<bool> Shutdown() => _wrapped.Shutdown();

        public override Task<bool> ManagementCommand(object message) => _wrapped.ManagementCommand(message);

        public override async Task<AssociationHandle> Associate(Address remoteAddress)
        {
            await CheckAsync(remoteAddress).ConfigureAwait(false);
            return await _wrapped.Associate(remoteAddress).ConfigureAwait(false);
        }

        /// <exception cref="InvalidAssociationException">Nobody is there, or nobody of us.</exception>
        private async Task CheckAsync(Address remote)
        {
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(remote.Host!, remote.Port!.Value, patience.Token).ConfigureAwait(false);
                var stream = new SslStream(socket.GetStream());
                await using (stream.ConfigureAwait(false))
                {
                    await stream.AuthenticateAsClientAsync(_options, patience.Token).ConfigureAwait(false);
                }
            }
            catch (AuthenticationException refused)
            {
                throw new InvalidAssociationException($"{remote.Host}:{remote.Port} shows no certificate of our authority: {refused.Message}", refused);
            }
            catch (Exception away) when (away is SocketException or IOException or OperationCanceledException)
            {
                throw new InvalidAssociationException($"{remote.Host}:{remote.Port} is not there: {away.Message}", away);
            }
        }
    }
}
