"""The Jupyter server behind nginx. start.sh names this file with --config, so it stands alone."""

import os

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web

c = get_config()  # noqa: F821 (Jupyter gives it)

# Taken out of the environment, which kernels inherit.
c.IdentityProvider.token = os.environ.pop("JUPYTER_TOKEN")

c.ServerApp.ip = "0.0.0.0"
c.ServerApp.port = 8888
c.ServerApp.port_retries = 0
# Not /data/: Jupyter's own API would lie at /data/api/, where the REST service is.
c.ServerApp.base_url = os.environ.get("JUPYTER_BASE_URL") or "/data/jupyter/"
c.ServerApp.root_dir = "/home/jovyan/work"
c.ServerApp.open_browser = False
c.ServerApp.quit_button = False
# A terminal is a shell beside every limit that the kernels have.
c.ServerApp.terminals_enabled = False
# The other one would install packages from the internet into the running server.
c.LabApp.extension_manager = "readonly"
# The server would ask pypi.org for newer versions, which nobody can install here, and a feed for news.
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.news_url = None

# Only nginx reaches this port: it says which scheme the browser used, and its host name is not this container's.
c.ServerApp.trust_xheaders = True
c.ServerApp.allow_remote_access = True
if os.environ.get("DATA_URL"):
    c.ServerApp.allow_origin = os.environ["DATA_URL"].rstrip("/")

c.FileContentsManager.delete_to_trash = False
c.MappingKernelManager.cull_idle_timeout = 600
c.MappingKernelManager.cull_interval = 60


class NoKernels(AsyncMappingKernelManager):
    """Starts no kernel. The settings allowed_kernelspecs and ensure_native_kernel only hide kernels from the list."""

    async def start_kernel(self, **_):
        raise web.HTTPError(403, "Kernels are off in this installation.", reason="Kernels are off in this installation.")


class NoKernelSpecs(KernelSpecManager):
    def find_kernel_specs(self):
        return {}

    def get_kernel_spec(self, kernel_name):
        raise NoSuchKernel(kernel_name)


if os.environ.get("JUPYTER_KERNELS", "on") == "off":
    c.ServerApp.kernel_manager_class = NoKernels
    c.ServerApp.kernel_spec_manager_class = NoKernelSpecs
