"""What `cloud-init devel net-convert` does, for many documents at once.

Input: a JSON list of network_data.json documents. Output: for each of them, the text of netplan and the files of ifupdown,
or an error. It calls the part of the netplan renderer that gives a text, because newer renderers write to the machine's own
/etc/netplan.
"""
import json
import sys
import tempfile
from pathlib import Path

from cloudinit import distros
from cloudinit.net import eni, netplan, network_state
from cloudinit.sources.helpers import openstack


def converted(document, renderer):
    nics = [link for link in document["links"] if link["type"] == "phy"]
    macs = {link["ethernet_mac_address"]: link["id"] for link in nics}
    config = openstack.convert_net_json(document, known_macs=macs)
    return network_state.parse_net_config_data(config, renderer=renderer)


def to_netplan(document):
    renderer = netplan.Renderer({"features": ["dhcp-use-domains", "ipv6-mtu"]})
    return renderer._render_content(converted(document, renderer))


def to_ifupdown(document):
    distro = distros.fetch("debian")("debian", {}, None)
    renderer = eni.Renderer(distro.renderer_configs["eni"])
    state = converted(document, renderer)
    with tempfile.TemporaryDirectory() as root:
        renderer.render_network_state(state, target=root)
        files = [path for path in Path(root).rglob("*") if path.is_file()]
        return {path.name: path.read_text() for path in files}


def answer(text):
    try:
        return {"netplan": to_netplan(json.loads(text)), "ifupdown": to_ifupdown(json.loads(text))}
    except Exception as error:
        return {"error": repr(error)}


print(json.dumps([answer(text) for text in json.load(sys.stdin)]))
